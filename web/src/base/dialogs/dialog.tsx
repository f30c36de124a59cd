/** A dialog and a drawer that are there while they are drawn, and give the focus back when they go. */
import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core';
import { useEscape } from './use-escape.ts';
import { useReturnFocus } from './use-return-focus.ts';

export function Dialog(props: Omit<ModalProps, 'opened'>) {
  useReturnFocus();
  useEscape(props.onClose);
  return <Modal opened {...props} closeOnEscape={false} />;
}

export function SideDrawer(props: Omit<DrawerProps, 'opened'>) {
  useReturnFocus();
  useEscape(props.onClose);
  return <Drawer opened {...props} closeOnEscape={false} />;
}
