/** A dialog and a drawer that are there while they are drawn, and give the focus back when they go. */
import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core';
import { useReturnFocus } from './use-return-focus.ts';

export function Dialog(props: Omit<ModalProps, 'opened'>) {
  useReturnFocus();
  return <Modal opened {...props} />;
}

export function SideDrawer(props: Omit<DrawerProps, 'opened'>) {
  useReturnFocus();
  return <Drawer opened {...props} />;
}
